import { form, text } from '../../src/settings/scalars.ts';

export const awsRegion = () =>
  form(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .nullable()
    .default(null);

export const awsProfile = () =>
  text()
    .nullable()
    .default(null)
    .describe('Profile of the AWS configuration; otherwise what AWS programs find themselves.');
