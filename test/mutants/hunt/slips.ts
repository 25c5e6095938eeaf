import { type Node, parseSync, Visitor } from 'oxc-parser';

/** A small mistake in a source: what stands between `start` and `end` is replaced. */
export interface Slip {
  readonly start: number;
  readonly end: number;
  readonly replace: string;
}

const OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '&&': '||',
  '||': '&&',
};

const METHODS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  startsWith: 'endsWith',
  find: 'findLast',
  findLast: 'find',
  any: 'race',
};

/** Kinds of an error, a reading and a verdict, each with one that is taken for it. */
const KINDS: Readonly<Record<string, string>> = {
  denied: 'permanent',
  permanent: 'transient',
  throttled: 'permanent',
  transient: 'permanent',
  unknown: 'permanent',
  conflict: 'unknown',
  held: 'provider-failed',
  superseded: 'provider-failed',
  'needs-person': 'provider-failed',
  'provider-failed': 'usage',
  'store-failed': 'usage',
  'plan-refused': 'provider-failed',
  noData: 'sourceError',
  sourceError: 'noData',
  pending: 'done',
  pass: 'fail',
  inconclusive: 'pass',
};

type Place = Pick<Node, 'start' | 'end'>;

/** Every place of a source at which one of our mistakes can be made. */
export function slipsIn(file: string, source: string): Slip[] {
  const slips: Slip[] = [];
  const text = ({ start, end }: Place) => source.slice(start, end);
  const put = ({ start, end }: Place, replace: string) => slips.push({ start, end, replace });
  const negate = (test: Place) => put(test, `!(${text(test)})`);
  /** Between two operands, where no comment stands in the way. */
  const flip = ({ left, right, operator }: { left: Place; right: Place; operator: string }) => {
    const other = OPERATORS[operator];
    const between = { start: left.end, end: right.start };
    // Words that are put together are no sum.
    const isText = operator === '+' && [left, right].some((side) => /^['"`]/.test(text(side)));
    if (other && !isText && text(between).trim() === operator) put(between, ` ${other} `);
  };
  const types = typesIn(file, source);
  const { program } = parseSync(file, source);

  new Visitor({
    BinaryExpression: flip,
    LogicalExpression: (node) => {
      flip(node);
      if (node.operator === '??') put(node, text(node.left));
    },
    IfStatement: ({ test }) => {
      negate(test);
      put(test, 'false');
    },
    ConditionalExpression: ({ test }) => negate(test),
    UnaryExpression: (node) => {
      if (node.operator === '!') put(node, text(node.argument));
    },
    AwaitExpression: (node) => put(node, text(node.argument)),
    Literal: (node) => {
      if (types.has(node.start)) return;
      if (typeof node.value === 'boolean') put(node, String(!node.value));
      if (typeof node.value === 'number')
        put(node, String(node.value > 1 ? node.value * 10 : 1 - node.value));
      const kind = typeof node.value === 'string' ? KINDS[node.value] : undefined;
      if (kind) put(node, `'${kind}'`);
    },
    CallExpression: ({ callee }) => {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const other = METHODS[callee.property.name];
      if (other) put(callee.property, other);
    },
    BlockStatement: ({ body }) => {
      for (const statement of body) {
        if (statement.type === 'ThrowStatement') put(statement, ';');
        if (statement.type !== 'ExpressionStatement' || /^super\b/.test(text(statement))) continue;
        put(statement, ';');
        put(statement, `return; ${text(statement)}`);
      }
    },
    SpreadElement: ({ argument }) => put(argument, '[]'),
  }).visit(program);
  return slips;
}

/** Where literals stand that are types and do nothing. */
function typesIn(file: string, source: string): Set<number> {
  const found = new Set<number>();
  new Visitor({
    TSLiteralType: ({ literal }) => {
      found.add(literal.start);
    },
  }).visit(parseSync(file, source).program);
  return found;
}
