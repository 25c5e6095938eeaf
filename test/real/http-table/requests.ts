/** What a client sends, byte for byte; parts are sent one after the other. */
export interface Case {
  readonly name: string;
  readonly sends: string | readonly string[];
  /** Half closed after the last byte. */
  readonly end?: boolean;
}

const H = 'host: a.example\r\n';
const get = (line: string, headers = H) => `${line}\r\n${headers}\r\n`;
const one = (headers: string, body = '', line = 'POST /x HTTP/1.1') =>
  `${line}\r\n${H}${headers}\r\n${body}`;
const NEXT = get('GET /next HTTP/1.1');
const many = (count: number, size = 1) =>
  Array.from({ length: count }, (_, i) => `x${i}: ${'y'.repeat(size)}\r\n`).join('');

type Rows = Readonly<Record<string, string | readonly string[] | Omit<Case, 'name'>>>;

const LINES: Rows = {
  plain: get('GET / HTTP/1.1'),
  query: get('GET /?a=b&c=%20d HTTP/1.1'),
  'lower case method': get('get / HTTP/1.1'),
  'unknown method': get('BREW / HTTP/1.1'),
  'method with odd character': get('G@T / HTTP/1.1'),
  'two spaces before the target': get('GET  / HTTP/1.1'),
  'two spaces before the version': get('GET /  HTTP/1.1'),
  'tab for a space': get('GET\t/ HTTP/1.1'),
  'space at the end': get('GET / HTTP/1.1 '),
  'no version': 'GET /\r\n\r\n',
  'version 0.9': get('GET / HTTP/0.9'),
  'version 1.0': get('GET / HTTP/1.0'),
  'version 1.2': get('GET / HTTP/1.2'),
  'version 1.10': get('GET / HTTP/1.10'),
  'version 2.0': get('GET / HTTP/2.0'),
  'version 3.0': get('GET / HTTP/3.0'),
  'version in lower case': get('GET / http/1.1'),
  'another protocol': get('GET / HTCPCP/1.1'),
  'empty line in front': `\r\n${get('GET / HTTP/1.1')}`,
  'three empty lines in front': `\r\n\r\n\r\n${get('GET / HTTP/1.1')}`,
  'space in front': get(' GET / HTTP/1.1'),
  'lines end with LF': 'GET / HTTP/1.1\nhost: a\n\n',
  'lines end with CR': 'GET / HTTP/1.1\rhost: a\r\r',
  'preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'hello of TLS': '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
  garbage: 'hello\r\n\r\n',
  HEAD: get('HEAD / HTTP/1.1'),
  OPTIONS: get('OPTIONS / HTTP/1.1'),
  TRACE: get('TRACE / HTTP/1.1'),
  PROPFIND: one('content-length: 0\r\n', '', 'PROPFIND /x HTTP/1.1'),
  'PUT without a body': one('content-length: 0\r\n', '', 'PUT /x HTTP/1.1'),
  'DELETE with a body': one('content-length: 2\r\n', 'hi', 'DELETE /x HTTP/1.1'),
};

const TARGETS: Rows = {
  'absolute, same host': get('GET http://a.example/y HTTP/1.1'),
  'absolute, another host': get('GET http://b.example/y HTTP/1.1'),
  'absolute, https': get('GET https://a.example/y HTTP/1.1'),
  'absolute, ftp': get('GET ftp://a.example/y HTTP/1.1'),
  'absolute, with a user': get('GET http://u:p@a.example/y HTTP/1.1'),
  'absolute, no path': get('GET http://a.example HTTP/1.1'),
  'absolute, query only': get('GET http://a.example?q HTTP/1.1'),
  'absolute, no host': get('GET http:///y HTTP/1.1'),
  'absolute, bad host header': get('GET http://a.example/y HTTP/1.1', 'host: b/c\r\n'),
  'absolute, no host header': get('GET http://a.example/y HTTP/1.1', ''),
  'authority only': get('GET a.example:80 HTTP/1.1'),
  'no slash': get('GET y HTTP/1.1'),
  'OPTIONS of everything': get('OPTIONS * HTTP/1.1'),
  'GET of everything': get('GET * HTTP/1.1'),
  CONNECT: get('CONNECT a.example:443 HTTP/1.1'),
  fragment: get('GET /a#b HTTP/1.1'),
  space: get('GET /a b HTTP/1.1'),
  'control character': get('GET /a\x01b HTTP/1.1'),
  'NUL in the target': get('GET /a\0b HTTP/1.1'),
  'byte above ASCII': get('GET /a\xffb HTTP/1.1'),
  'dots inside': get('GET /a/../b HTTP/1.1'),
  'dots above the root': get('GET /../../b HTTP/1.1'),
  'coded NUL': get('GET /a%00b HTTP/1.1'),
  'bad code': get('GET /a%zzb HTTP/1.1'),
  'two slashes': get('GET //a//b HTTP/1.1'),
  'odd characters': get('GET /a"<>\\^`{|}b HTTP/1.1'),
  '6 kB': get(`GET /${'a'.repeat(6000)} HTTP/1.1`),
  '12 kB': get(`GET /${'a'.repeat(12_000)} HTTP/1.1`),
  '60 kB': get(`GET /${'a'.repeat(60_000)} HTTP/1.1`),
};

const hosted = (header: string) => get('GET /h HTTP/1.1', header);
const HOSTS: Rows = {
  'no host': hosted(''),
  'no host in 1.0': get('GET /h HTTP/1.0', ''),
  'empty host': hosted('host:\r\n'),
  'two equal hosts': hosted(H + H),
  'two hosts': hosted(`${H}host: b.example\r\n`),
  'host with port': hosted('host: a.example:8080\r\n'),
  'host with a word for a port': hosted('host: a.example:http\r\n'),
  'host with an empty port': hosted('host: a.example:\r\n'),
  'host in capitals': hosted('HOST: A.EXAMPLE\r\n'),
  'host with underscore': hosted('host: a_b.example\r\n'),
  'host with dot at the end': hosted('host: a.example.\r\n'),
  'IPv6 host': hosted('host: [::1]:80\r\n'),
  'broken IPv6 host': hosted('host: [::1\r\n'),
  'host with space': hosted('host: a b\r\n'),
  'host with slash': hosted('host: a/b\r\n'),
  'host with user': hosted('host: u@a.example\r\n'),
  'host with comma': hosted('host: a.example, b.example\r\n'),
  'host with brackets': hosted('host: a<b>\r\n'),
  'host with control character': hosted('host: a\x01b\r\n'),
  'host above ASCII': hosted('host: \xe4.example\r\n'),
};

const HEADERS: Rows = {
  'space before the colon': one('x : y\r\n', '', 'GET /x HTTP/1.1'),
  'no colon': one('xy\r\n', '', 'GET /x HTTP/1.1'),
  'no name': one(': y\r\n', '', 'GET /x HTTP/1.1'),
  'no value': one('x:\r\n', '', 'GET /x HTTP/1.1'),
  'folded line': one('x: y\r\n z\r\n', '', 'GET /x HTTP/1.1'),
  'first line begins with space': `GET /x HTTP/1.1\r\n ${H}\r\n`,
  'name with underscore': one('x_y: z\r\n', '', 'GET /x HTTP/1.1'),
  'name with bracket': one('x(y: z\r\n', '', 'GET /x HTTP/1.1'),
  'name above ASCII': one('x\xe4: z\r\n', '', 'GET /x HTTP/1.1'),
  'NUL in a value': one('x: a\0b\r\n', '', 'GET /x HTTP/1.1'),
  'CR in a value': one('x: a\rb\r\n', '', 'GET /x HTTP/1.1'),
  'control character in a value': one('x: a\x01b\r\n', '', 'GET /x HTTP/1.1'),
  'value above ASCII': one('x: \xe4\r\n', '', 'GET /x HTTP/1.1'),
  '90 headers': one(many(90), '', 'GET /x HTTP/1.1'),
  '300 headers': one(many(300), '', 'GET /x HTTP/1.1'),
  '6 kB in one': one(many(1, 6000), '', 'GET /x HTTP/1.1'),
  '12 kB in one': one(many(1, 12_000), '', 'GET /x HTTP/1.1'),
  '14 kB in four': one(many(4, 3500), '', 'GET /x HTTP/1.1'),
  '60 kB in ten': one(many(10, 6000), '', 'GET /x HTTP/1.1'),
};

const CHUNKED = 'transfer-encoding: chunked\r\n';
const LENGTHS: Rows = {
  'length 2': one('content-length: 2\r\n', 'hi'),
  'length 0': one('content-length: 0\r\n'),
  'no length': one(''),
  'length with plus': one('content-length: +2\r\n', 'hi'),
  'length below zero': one('content-length: -2\r\n', 'hi'),
  'length in hex': one('content-length: 0x2\r\n', 'hi'),
  'length in words': one('content-length: two\r\n', 'hi'),
  'length empty': one('content-length:\r\n', 'hi'),
  'length too long': one('content-length: 99999999999999999999\r\n', 'hi'),
  'length with space': one('content-length: 2 2\r\n', 'hi'),
  'length twice in one': one('content-length: 2, 2\r\n', 'hi'),
  'two equal lengths': one('content-length: 2\r\ncontent-length: 2\r\n', 'hi'),
  'two lengths': one('content-length: 2\r\ncontent-length: 5\r\n', 'hi'),
  'GET with a body': one('content-length: 2\r\n', 'hi', 'GET /x HTTP/1.1'),
  'length in 1.0': one('content-length: 2\r\n', 'hi', 'POST /x HTTP/1.0'),
  'body broken off': { sends: one('content-length: 5\r\n', 'hi'), end: true },
  'more than the length': one('content-length: 2\r\n', `hi${NEXT}`),
  'body in pieces': [one('content-length: 4\r\n', 'h'), 'e', 'l', 'l'],
};

const chunks = (body: string, headers = CHUNKED) => one(headers, body);
const CHUNKS: Rows = {
  chunked: chunks('2\r\nhi\r\n0\r\n\r\n'),
  'chunked in capitals': chunks('2\r\nhi\r\n0\r\n\r\n', 'Transfer-Encoding: CHUNKED\r\n'),
  'chunk with extension': chunks('2;a=b\r\nhi\r\n0\r\n\r\n'),
  'chunk with broken extension': chunks('2;a\nb\r\nhi\r\n0\r\n\r\n'),
  'chunk of 0x2': chunks('0x2\r\nhi\r\n0\r\n\r\n'),
  'chunk of -2': chunks('-2\r\nhi\r\n0\r\n\r\n'),
  'chunk without size': chunks('\r\nhi\r\n0\r\n\r\n'),
  'chunk too large for a number': chunks('ffffffffffffffffff\r\nhi\r\n0\r\n\r\n'),
  'chunk longer than said': chunks('2\r\nhiho\r\n0\r\n\r\n'),
  'chunk lines end with LF': chunks('2\nhi\n0\n\n'),
  'chunk with zeros in front': chunks('0002\r\nhi\r\n0\r\n\r\n'),
  'space after the size': chunks('2 \r\nhi\r\n0\r\n\r\n'),
  trailer: chunks('2\r\nhi\r\n0\r\nx: y\r\n\r\n'),
  'length in the trailer': chunks('2\r\nhi\r\n0\r\ncontent-length: 9\r\n\r\n'),
  'chunked and a length': chunks('2\r\nhi\r\n0\r\n\r\n', `${CHUNKED}content-length: 5\r\n`),
  'a length and chunked': chunks('2\r\nhi\r\n0\r\n\r\n', `content-length: 5\r\n${CHUNKED}`),
  'coding identity': chunks('', 'transfer-encoding: identity\r\n'),
  'coding gzip': chunks('', 'transfer-encoding: gzip\r\n'),
  'gzip, then chunked': chunks('0\r\n\r\n', 'transfer-encoding: gzip, chunked\r\n'),
  'chunked, then gzip': chunks('0\r\n\r\n', 'transfer-encoding: chunked, gzip\r\n'),
  'identity, then chunked': chunks('0\r\n\r\n', 'transfer-encoding: identity, chunked\r\n'),
  'chunked twice': chunks('0\r\n\r\n', 'transfer-encoding: chunked, chunked\r\n'),
  'chunked in two headers': chunks('0\r\n\r\n', CHUNKED + CHUNKED),
  xchunked: chunks('0\r\n\r\n', 'transfer-encoding: xchunked\r\n'),
  'chunked after a tab': chunks('0\r\n\r\n', 'transfer-encoding:\tchunked\r\n'),
  'chunked after a vertical tab': chunks('0\r\n\r\n', 'transfer-encoding: \x0bchunked\r\n'),
  'space before the colon of the coding': chunks('0\r\n\r\n', 'transfer-encoding : chunked\r\n'),
  'chunked in 1.0': one(CHUNKED, '2\r\nhi\r\n0\r\n\r\n', 'POST /x HTTP/1.0'),
  'GET in chunks': one(CHUNKED, '2\r\nhi\r\n0\r\n\r\n', 'GET /x HTTP/1.1'),
  'chunks broken off': { sends: chunks('5\r\nhi'), end: true },
};

const UPGRADE = 'connection: upgrade\r\nupgrade: websocket\r\n';
const CONNECTIONS: Rows = {
  'close asked for': one('connection: close\r\n', '', 'GET /x HTTP/1.1'),
  'kept in 1.0': one('connection: keep-alive\r\n', '', 'GET /x HTTP/1.0'),
  'two at once': NEXT + NEXT,
  'ten at once': NEXT.repeat(10),
  'one and garbage': `${NEXT}garbage\r\n\r\n`,
  'half closed': { sends: NEXT, end: true },
  'half closed after two': { sends: NEXT + NEXT, end: true },
  'host named as of the connection': one('connection: host\r\n', '', 'GET /x HTTP/1.1'),
  'cookie named as of the connection': one(
    'cookie: a=b\r\nconnection: cookie\r\n',
    '',
    'GET /x HTTP/1.1',
  ),
  'length named as of the connection': one(
    'connection: content-length\r\ncontent-length: 2\r\n',
    'hi',
  ),
  'own header named as of the connection': one(
    'connection: x-own\r\nx-own: 1\r\n',
    '',
    'GET /x HTTP/1.1',
  ),
  'expects to go on': one('expect: 100-continue\r\ncontent-length: 2\r\n', 'hi'),
  'expects something else': one('expect: the-unexpected\r\ncontent-length: 2\r\n', 'hi'),
  'accepts trailers': one('te: trailers\r\n', '', 'GET /x HTTP/1.1'),
  'upgrade without connection': one('upgrade: websocket\r\n', '', 'GET /x HTTP/1.1'),
  'upgrade that is not granted': one(UPGRADE, '', 'GET /x HTTP/1.1'),
  'upgrade with another behind': one(UPGRADE, NEXT, 'GET /x HTTP/1.1'),
  'upgrade with a body': one(`${UPGRADE}content-length: 2\r\n`, 'hi'),
  'upgrade with chunks': one(UPGRADE + CHUNKED, '2\r\nhi\r\n0\r\n\r\n'),
  'upgrade to h2c': one(
    'connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n',
    '',
    'GET /x HTTP/1.1',
  ),
};

const GROUPS: Readonly<Record<string, Rows>> = {
  line: LINES,
  target: TARGETS,
  host: HOSTS,
  header: HEADERS,
  length: LENGTHS,
  chunks: CHUNKS,
  connection: CONNECTIONS,
};

export const REQUESTS: readonly Case[] = Object.entries(GROUPS).flatMap(([group, rows]) =>
  Object.entries(rows).map(([name, row]) => {
    const what = typeof row === 'string' || Array.isArray(row) ? { sends: row } : row;
    return { ...(what as Omit<Case, 'name'>), name: `${group}: ${name}` };
  }),
);
