import {
  type QueryTree,
  queryListIn,
  queryTextIn,
  treeOf,
} from '../../../../src/clients/aws/query.ts';
import type { Call } from './call.ts';
import { Fleet } from './fleet.ts';
import type { Answer } from './front.ts';
import { textAt } from './query.ts';
import type { Targets } from './targets.ts';

type Pass = (call: Call) => Promise<Answer>;

interface Instance {
  readonly group: string;
  readonly fleet: Promise<Fleet>;
}

/** Ms that a drained instance takes to be gone. */
const DRAIN = 1_000;
const PORT = 80;

/** `v2` as the id of an image, and back. */
export const imageOf = (version: string) =>
  `ami-${Buffer.from(version).toString('hex').padStart(8, '0')}`;
const versionOf = (image: string) => Buffer.from(image.replace(/^ami-0*/, ''), 'hex').toString();

/**
 * The API server keeps launch templates and Auto Scaling groups, and makes up instances; those are real
 * processes here, of the version that the group had when they were launched.
 */
export class Instances {
  /** Groups whose launches fail, and why. */
  readonly failing = new Map<string, string>();
  /** Instance refreshes by other hands, which the API server knows nothing of: how each group's stands. */
  readonly refreshing = new Map<string, string>();
  #targets: Targets;
  #all = new Map<string, Instance>();
  #images = new Map<string, string>();

  constructor(targets: Targets) {
    this.#targets = targets;
    targets.onGone(({ id }) => void this.#end(id));
  }

  async clear(): Promise<void> {
    for (const id of [...this.#all.keys()]) await this.#end(id);
    this.failing.clear();
    this.refreshing.clear();
  }

  async carry(call: Call, pass: Pass): Promise<Answer> {
    if (call.action === 'DescribeScalingActivities') return this.#activities(call);
    if (call.action === 'DescribeInstanceRefreshes') return this.#refreshes(call);
    const given = await pass(call);
    if (given.status >= 300) return given;
    const said = treeOf(String(given.body));
    if (/LaunchTemplate/.test(call.action)) this.#learn(call, said);
    if (/AutoScalingGroup$/.test(call.action)) await this.#reconcile(call, pass);
    if (call.action !== 'DescribeAutoScalingGroups' || this.failing.size === 0) return given;
    const { 'content-length': _, ...headers } = given.headers;
    return { ...given, headers, body: this.#withoutFailing(String(given.body)) };
  }

  #learn({ form }: Call, said: QueryTree): void {
    const data = form.LaunchTemplateData;
    const image = typeof data === 'object' && 'ImageId' in data ? String(data.ImageId) : '';
    const template =
      queryTextIn(said, 'launchTemplateVersion', 'launchTemplateId') ||
      queryTextIn(said, 'launchTemplate', 'launchTemplateId');
    const version = queryTextIn(said, 'launchTemplateVersion', 'versionNumber') || '1';
    if (image) this.#images.set(`${template}:${version}`, image);
  }

  async #reconcile({ form, headers }: Call, pass: Pass): Promise<void> {
    const body = new URLSearchParams({
      Action: 'DescribeAutoScalingGroups',
      Version: '2011-01-01',
      'AutoScalingGroupNames.member.1': textAt(form, 'AutoScalingGroupName') ?? '',
    }).toString();
    const { 'content-length': _, ...rest } = headers;
    const asked = { method: 'POST', path: '/', headers: rest, body: Buffer.from(body) };
    const answer = await pass({ ...asked, form: {}, action: '', caller: NOBODY });
    const [group] = queryListIn(
      treeOf(String(answer.body)),
      'DescribeAutoScalingGroupsResult',
      'AutoScalingGroups',
    );
    const [first] = queryListIn(group, 'TargetGroupARNs');
    const targetGroup = queryTextIn(first);
    const name = queryTextIn(group, 'AutoScalingGroupName');
    const ids = queryListIn(group, 'Instances').map((instance) =>
      queryTextIn(instance, 'InstanceId'),
    );
    for (const [id, instance] of this.#all)
      if (instance.group === targetGroup && !ids.includes(id)) this.#drain(id, targetGroup);
    if (this.failing.has(name)) return;
    const template = queryTextIn(group, 'LaunchTemplate', 'LaunchTemplateId');
    const image = this.#images.get(
      `${template}:${queryTextIn(group, 'LaunchTemplate', 'Version')}`,
    );
    for (const id of ids)
      if (!this.#all.has(id)) void this.#launch(id, targetGroup, versionOf(image ?? ''));
  }

  async #launch(id: string, group: string, version: string): Promise<void> {
    const fleet = Fleet.start(version, 1);
    this.#all.set(id, { group, fleet });
    const [address] = (await fleet).targets;
    if (!address || !this.#all.has(id)) return;
    this.#targets.place(id, address);
    this.#targets.register(group, id, PORT);
  }

  #drain(id: string, group: string): void {
    const target = this.#targets.find(group, id, PORT);
    if (target) this.#targets.deregister(target, performance.now() + DRAIN);
    else void this.#end(id);
  }

  async #end(id: string): Promise<void> {
    const instance = this.#all.get(id);
    this.#all.delete(id);
    await (await instance?.fleet)?.stop();
  }

  #activities({ form }: Call): Answer {
    const reason = this.failing.get(textAt(form, 'AutoScalingGroupName') ?? '');
    const activity = `<member><StatusCode>Failed</StatusCode><StatusMessage>${reason}</StatusMessage><StartTime>${new Date().toISOString()}</StartTime></member>`;
    const body = `<DescribeScalingActivitiesResponse><DescribeScalingActivitiesResult><Activities>${reason ? activity.repeat(3) : ''}</Activities></DescribeScalingActivitiesResult></DescribeScalingActivitiesResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  }

  #refreshes({ form }: Call): Answer {
    const status = this.refreshing.get(textAt(form, 'AutoScalingGroupName') ?? '');
    const one = `<member><InstanceRefreshId>08b91cf7-8fa6-48af-b6a6-d227f40f1b9b</InstanceRefreshId><Status>${status}</Status><PercentageComplete>50</PercentageComplete></member>`;
    const body = `<DescribeInstanceRefreshesResponse><DescribeInstanceRefreshesResult><InstanceRefreshes>${status ? one : ''}</InstanceRefreshes></DescribeInstanceRefreshesResult></DescribeInstanceRefreshesResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  }

  /** Of groups whose launches fail the API server has made up instances all the same. */
  #withoutFailing(xml: string): string {
    return [...this.failing.keys()].reduce((text, name) => {
      const at = text.indexOf(`<AutoScalingGroupName>${name}<`);
      const rest = text.slice(at).replace(/<Instances>[\s\S]*?<\/Instances>/, '<Instances/>');
      return text.slice(0, at) + rest;
    }, xml);
  }
}

const NOBODY = { key: '', service: 'autoscaling', region: '' };
