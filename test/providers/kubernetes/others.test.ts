import { expect, test } from 'vitest';
import { notesOn } from '../../../providers/kubernetes/others.ts';
import { doing, home, pods, release, sight } from './sights.ts';

const v1 = release('v1');

function notes(manager: string, operation: string, fields: Readonly<Record<string, unknown>>) {
  const stand = home({ replicas: 1, wants: v1, runs: [[v1, pods(1)]] });
  const managedFields = [{ manager, operation, fieldsV1: { 'f:spec': fields } }];
  const metadata = { ...stand.deployment.metadata, managedFields };
  const deployment = { ...stand.deployment, metadata };
  return notesOn(sight({ ...stand, deployment }), doing().ground.router);
}

test('who owns the pods by server-side apply is told before anything is changed', () => {
  expect(notes('ci-apply', 'Apply', { 'f:template': {} })).toEqual([
    expect.stringContaining('ci-apply owns what the pods run'),
  ]);
});

test('who owns other fields, or only wrote, or is ourselves, is not', () => {
  expect(notes('ci-apply', 'Apply', { 'f:replicas': {} })).toEqual([]);
  expect(notes('kubectl-client-side-apply', 'Update', { 'f:template': {} })).toEqual([]);
  expect(notes('deployctl', 'Apply', { 'f:template': {} })).toEqual([]);
});

test('a tool that is known by name is told once, by that name', () => {
  expect(notes('kustomize-controller', 'Apply', { 'f:template': {} })).toEqual([
    expect.stringContaining('Flux keeps this workload'),
  ]);
});
