import type { Call } from './call.ts';
import { Fleet } from './fleet.ts';
import type { Answer } from './front.ts';
import { Refusal } from './refusal.ts';
import type { Targets } from './targets.ts';

type Pass = (call: Call) => Promise<Answer>;

/**
 * The API server keeps functions, their versions and aliases; what runs them are real processes here.
 * The code `v2.zip` answers as `v2`.
 */
export class Functions {
  #targets: Targets;
  #fleets = new Map<string, Promise<Fleet>>();
  #allowed = new Set<string>();

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  async clear(): Promise<void> {
    for (const fleet of this.#fleets.values()) await (await fleet).stop();
    this.#fleets.clear();
    this.#allowed.clear();
  }

  async carry(call: Call, pass: Pass): Promise<Answer> {
    const given = await pass(call);
    if (given.status >= 300) return given;
    const asked = JSON.parse(call.body.toString() || '{}') as Asked;
    const said = JSON.parse(String(given.body) || '{}') as Said;
    const key = asked.S3Key ?? asked.Code?.S3Key;
    if (key && said.FunctionArn) await this.#publish(versioned(said), key.replace(/\.zip$/, ''));
    if (call.action === 'CreateAlias' && said.AliasArn)
      await this.#place(
        said.AliasArn,
        said.AliasArn.replace(/[^:]*$/, asked.FunctionVersion ?? ''),
      );
    if (call.action === 'AddPermission' && said.Statement) {
      const { Resource, Condition } = JSON.parse(said.Statement) as Statement;
      this.#allowed.add(`${Resource} ${Condition.ArnLike['AWS:SourceArn']}`);
    }
    return given;
  }

  /** AWS: "the load balancer must have permission to invoke the function" before it is registered. */
  check(group: string, target: string): void {
    if (this.#allowed.has(`${target} ${group}`)) return;
    const message = `elasticloadbalancing principal does not have permission to invoke ${target} from target group ${group}`;
    throw new Refusal('AccessDenied', message, 403);
  }

  async #publish(arn: string, version: string): Promise<void> {
    this.#fleets.set(arn, Fleet.start(version, 1));
    await this.#place(arn, arn);
  }

  async #place(name: string, arn: string): Promise<void> {
    const [address] = (await this.#fleets.get(arn))?.targets ?? [];
    if (address) this.#targets.place(name, address);
  }
}

interface Asked {
  readonly S3Key?: string;
  readonly Code?: { readonly S3Key?: string };
  readonly FunctionVersion?: string;
}

interface Said {
  readonly FunctionArn?: string;
  readonly Version?: string;
  readonly AliasArn?: string;
  readonly Statement?: string;
}

const versioned = ({ FunctionArn = '', Version }: Said) =>
  FunctionArn.endsWith(`:${Version}`) ? FunctionArn : `${FunctionArn}:${Version}`;

interface Statement {
  readonly Resource: string;
  readonly Condition: { readonly ArnLike: { readonly 'AWS:SourceArn': string } };
}
