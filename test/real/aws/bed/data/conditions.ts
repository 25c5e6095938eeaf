import type { IncomingHttpHeaders } from 'node:http';
import type { Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** All conditions must hold, and of each any of its values. */
export function fits({ Conditions = [], IsDefault }: Rule, asked: Asked): boolean {
  if (IsDefault) return true;
  return Conditions.every((condition) => holds(condition, asked));
}

function holds(condition: RuleCondition, { method, path, headers }: Asked): boolean {
  const { Field, Values = [] } = condition;
  const any = (values: readonly string[] | undefined, found: string | undefined) =>
    [...Values, ...(values ?? [])].some((pattern) => like(pattern, found ?? ''));
  const [bare = '/', query = ''] = path.split('?');
  switch (Field) {
    case 'http-header': {
      const { HttpHeaderName = '', Values: wanted } = condition.HttpHeaderConfig ?? {};
      const found = headers[HttpHeaderName.toLowerCase()];
      return found !== undefined && any(wanted, String(found));
    }
    case 'host-header':
      return any(condition.HostHeaderConfig?.Values, headers.host?.split(':')[0]);
    case 'path-pattern':
      return any(condition.PathPatternConfig?.Values, bare);
    case 'http-request-method':
      return any(condition.HttpRequestMethodConfig?.Values, method);
    case 'query-string': {
      const asked = new URLSearchParams(query);
      return (condition.QueryStringConfig?.Values ?? []).some(({ Key, Value = '' }) =>
        [...asked].some(([key, value]) => (Key ? like(Key, key) : true) && like(Value, value)),
      );
    }
    default:
      return false;
  }
}

/** `*` for any number of characters, `?` for one, capitals the same as others. */
function like(pattern: string, found: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'is').test(found);
}
