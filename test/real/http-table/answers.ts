/** What a replica sends, byte for byte, when it is asked for `/NAME`; then it may close. */
export interface Answer {
  readonly name: string;
  readonly sends: readonly string[];
  readonly close: boolean;
  readonly method: 'GET' | 'HEAD' | 'POST';
}

const OK = 'HTTP/1.1 200 OK\r\n';
const TWO = 'content-length: 2\r\n\r\nok';
const whole = `${OK}${TWO}`;
const CHUNKED = 'transfer-encoding: chunked\r\n';
const many = (count: number, size = 1) =>
  Array.from({ length: count }, (_, i) => `x${i}: ${'y'.repeat(size)}\r\n`).join('');

type Row =
  | string
  | (Partial<Omit<Answer, 'name' | 'sends'>> & { sends: string | readonly string[] });

const ROWS: Readonly<Record<string, Row>> = {
  plain: whole,
  'in pieces': { sends: ['HTTP/1.', '1 200 O', 'K\r\ncontent-le', 'ngth: 2\r', '\n\r\no', 'k'] },
  'until it closes': { sends: `${OK}\r\nok`, close: true },
  'version 1.0 until it closes': { sends: 'HTTP/1.0 200 OK\r\n\r\nok', close: true },
  'version 1.0 with length': { sends: `HTTP/1.0 200 OK\r\n${TWO}`, close: true },
  chunked: `${OK}${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
  'chunks with trailer': `${OK}${CHUNKED}\r\n2\r\nok\r\n0\r\nx: y\r\n\r\n`,
  'chunks with a bad size': { sends: `${OK}${CHUNKED}\r\nzz\r\nok\r\n0\r\n\r\n`, close: true },
  'chunks broken off': { sends: `${OK}${CHUNKED}\r\n5\r\nok`, close: true },
  'chunks without the last': { sends: `${OK}${CHUNKED}\r\n2\r\nok\r\n`, close: true },
  'length broken off': { sends: `${OK}content-length: 5\r\n\r\nok`, close: true },
  'more than the length': { sends: `${whole}more`, close: true },
  'two answers': `${whole}${OK}content-length: 4\r\n\r\nevil`,
  'two lengths': `${OK}content-length: 2\r\ncontent-length: 5\r\n\r\nok`,
  'two equal lengths': `${OK}content-length: 2\r\ncontent-length: 2\r\n\r\nok`,
  'length below zero': { sends: `${OK}content-length: -1\r\n\r\nok`, close: true },
  'length in words': { sends: `${OK}content-length: two\r\n\r\nok`, close: true },
  'length and chunks': `${OK}${CHUNKED}content-length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
  'coding gzip': { sends: `${OK}transfer-encoding: gzip\r\n\r\nok`, close: true },
  'coding identity': { sends: `${OK}transfer-encoding: identity\r\n\r\nok`, close: true },
  nothing: { sends: '', close: true },
  'half a line': { sends: 'HTTP/1.1 2', close: true },
  'half a head': { sends: `${OK}x: y`, close: true },
  garbage: { sends: 'hello\r\n\r\n', close: true },
  'version 2.0': { sends: `HTTP/2.0 200 OK\r\n${TWO}`, close: true },
  'status of two digits': { sends: `HTTP/1.1 99 Odd\r\n${TWO}`, close: true },
  'status of four digits': { sends: `HTTP/1.1 2000 Odd\r\n${TWO}`, close: true },
  'status 999': `HTTP/1.1 999 Odd\r\n${TWO}`,
  'status without reason': `HTTP/1.1 200\r\n${TWO}`,
  'status with space only': `HTTP/1.1 200 \r\n${TWO}`,
  'lines end with LF': `${whole.replaceAll('\r\n', '\n')}`,
  'space before a colon': { sends: `${OK}x : y\r\n${TWO}`, close: true },
  'header without colon': { sends: `${OK}xy\r\n${TWO}`, close: true },
  'folded header': `${OK}x: y\r\n z\r\n${TWO}`,
  'NUL in a header': { sends: `${OK}x: a\0b\r\n${TWO}`, close: true },
  'header above ASCII': `${OK}x: \xe4\r\n${TWO}`,
  'name above ASCII': { sends: `${OK}x\xe4: y\r\n${TWO}`, close: true },
  '90 headers': `${OK}${many(90)}${TWO}`,
  '3 kB of headers': `${OK}${many(1, 3000)}${TWO}`,
  '12 kB of headers': `${OK}${many(4, 3000)}${TWO}`,
  '60 kB of headers': { sends: `${OK}${many(20, 3000)}${TWO}`, close: true },
  '100 first': { sends: ['HTTP/1.1 100 Continue\r\n\r\n', whole] },
  '100 first, for a body': { sends: ['HTTP/1.1 100 Continue\r\n\r\n', whole], method: 'POST' },
  '102 first': { sends: ['HTTP/1.1 102 Processing\r\n\r\n', whole] },
  '103 first': { sends: ['HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n', whole] },
  '101 unasked': {
    sends: 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    close: true,
  },
  '204 with a body': {
    sends: 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok',
    close: true,
  },
  '304 with a length': 'HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n',
  'HEAD with a length': { sends: `${OK}content-length: 2\r\n\r\n`, method: 'HEAD' },
  'HEAD with a body': { sends: whole, method: 'HEAD', close: true },
  'closes although it says it keeps': {
    sends: `${OK}connection: keep-alive\r\n${TWO}`,
    close: true,
  },
  'keeps although it says it closes': `${OK}connection: close\r\n${TWO}`,
  'its own header named as of the connection': `${OK}connection: x-own\r\nx-own: 1\r\n${TWO}`,
  'two cookies': `${OK}set-cookie: a=1\r\nset-cookie: b=2\r\n${TWO}`,
  'upgrade offered': `${OK}connection: upgrade\r\nupgrade: h2c\r\n${TWO}`,
  '500': `HTTP/1.1 500 Broken\r\n${TWO}`,
};

export const ANSWERS: readonly Answer[] = Object.entries(ROWS).map(([name, row]) => {
  const { sends, close = false, method = 'GET' } = typeof row === 'string' ? { sends: row } : row;
  return {
    name: `answer: ${name}`,
    sends: typeof sends === 'string' ? [sends] : sends,
    close,
    method,
  };
});
