import type { Caller } from '../../../../src/clients/aws/caller.ts';
import { type QuerySender, queryListIn, queryTextIn } from '../../../../src/clients/aws/query.ts';
import type { Release } from '../../../../src/contract/index.ts';
import type { AsgSpec } from '../spec.ts';

/** So many pages of versions are looked through before one is made anew. */
const PAGES = 5;

/** What is written on the version of a launch template that was made for a release. */
const descriptionOf = ({ id }: Pick<Release, 'id'>) => `deployctl release ${id}`;

/** The version of a release: the one it names, the one made for it before, or a new one of the image. */
export async function versionFor(
  door: Caller<QuerySender>,
  { release, spec }: { readonly release: Release; readonly spec: AsgSpec },
  signal: AbortSignal,
): Promise<string> {
  if (spec.version) return spec.version;
  const found = await findVersion(door, { release, template: spec.template }, signal);
  return found ?? (await makeVersion(door, { release, spec }, signal));
}

async function findVersion(
  door: Caller<QuerySender>,
  { release, template }: { readonly release: Release; readonly template: string },
  signal: AbortSignal,
): Promise<string | null> {
  let NextToken: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const asked = { LaunchTemplateId: template, MaxResults: 200, NextToken };
    const said = await door.read(
      (ec2, options) => ec2.send('DescribeLaunchTemplateVersions', asked, options),
      signal,
    );
    const found = queryListIn(said, 'launchTemplateVersionSet').find(
      (version) => queryTextIn(version, 'versionDescription') === descriptionOf(release),
    );
    if (found) return queryTextIn(found, 'versionNumber');
    NextToken = queryTextIn(said, 'nextToken') || undefined;
    if (!NextToken) return null;
  }
  return null;
}

/** The live version with another image; with its token a second try makes no second one. */
async function makeVersion(
  door: Caller<QuerySender>,
  { release, spec }: { readonly release: Release; readonly spec: AsgSpec },
  signal: AbortSignal,
): Promise<string> {
  const wanted = {
    LaunchTemplateId: spec.template,
    SourceVersion: spec.from,
    VersionDescription: descriptionOf(release),
    ClientToken: release.id.slice(-64),
    'LaunchTemplateData.ImageId': spec.image,
  };
  const said = await door.write(
    (ec2, options) => ec2.send('CreateLaunchTemplateVersion', wanted, options),
    signal,
  );
  return queryTextIn(said, 'launchTemplateVersion', 'versionNumber');
}
