/** Why the edge does otherwise than nginx or HAProxy, for all cases that a reason is about. */
export interface Reason {
  readonly why: string;
  readonly cases: readonly string[];
}

export const REASONS: readonly Reason[] = [
  {
    why: 'The parser knows the registered methods and takes any other word for garbage; the others leave it to the replica.',
    cases: ['line: lower case method', 'line: unknown method'],
  },
  {
    why: 'The grammar has one space between the parts of the line, and nothing behind the version.',
    cases: ['line: tab for a space', 'line: space at the end', 'line: version 1.10'],
  },
  {
    why: 'What names no version is not understood; nginx takes it for the oldest HTTP and says nothing.',
    cases: ['line: no version'],
  },
  {
    why: 'Versions other than 1.0 and 1.1 are not spoken; HAProxy, and nginx for 1.2, answer as if they were 1.1.',
    cases: ['line: version 0.9', 'line: version 1.2', 'line: version 2.0', 'line: version 3.0'],
  },
  {
    why: 'A line ends with CR and LF: what takes less can be led to see another request than its neighbour.',
    cases: [
      'line: lines end with LF',
      'chunks: chunk lines end with LF',
      'answer: lines end with LF',
    ],
  },
  {
    why: 'HTTP/2 is not spoken without TLS; HAProxy recognises its preface and goes on in it.',
    cases: ['line: preface of HTTP/2'],
  },
  {
    why: 'Whether TRACE is answered is for the replica to say; nginx never does.',
    cases: ['line: TRACE'],
  },
  {
    why: 'A replica is asked by path and host, so an address in the line becomes these, and its host wins; HAProxy passes it on as it is.',
    cases: [
      'target: absolute, same host',
      'target: absolute, another host',
      'target: absolute, https',
      'target: absolute, no path',
      'target: absolute, query only',
      'target: absolute, bad host header',
      'target: absolute, no host header',
    ],
  },
  {
    why: 'Only http and https addresses with a host and without a user are passed on.',
    cases: ['target: absolute, ftp', 'target: absolute, with a user', 'target: absolute, no host'],
  },
  {
    why: 'There is no "everything" behind the edge that could be asked.',
    cases: ['target: OPTIONS of everything', 'target: GET of everything'],
  },
  {
    why: 'The edge is no proxy for tunnels to other hosts, and says that this method is not allowed.',
    cases: ['target: CONNECT'],
  },
  {
    why: 'A fragment is never sent by the grammar: where it is cut differs from server to server. nginx passes it on.',
    cases: ['target: fragment'],
  },
  {
    why: 'A target is ASCII; nginx leaves it to the replica, which does not take it here.',
    cases: ['target: byte above ASCII'],
  },
  {
    why: 'A path is passed on as it came: the edge serves no files, so it need not resolve it. nginx does, and refuses what it cannot.',
    cases: ['target: dots above the root', 'target: coded NUL', 'target: bad code'],
  },
  {
    why: 'A head may have 16 kB, in whatever parts; nginx allows 8 kB per line, HAProxy 15 kB, and the status differs.',
    cases: [
      'target: 12 kB',
      'target: 60 kB',
      'header: 12 kB in one',
      'header: 60 kB in ten',
      'answer: 12 kB of headers',
    ],
  },
  {
    why: 'Headers are bounded by their bytes; HAProxy also allows no more than 101.',
    cases: ['header: 300 headers'],
  },
  {
    why: 'HTTP/1.0 needs no host, and the replica is then called by its address; nginx has none to pass on here, HAProxy passes on none.',
    cases: ['host: no host in 1.0'],
  },
  {
    why: 'A request has exactly one host, and it is the name of a host, or neighbours could see different ones; HAProxy looks at none of this, nginx at some.',
    cases: [
      'host: empty host',
      'host: two equal hosts',
      'host: host with a word for a port',
      'host: broken IPv6 host',
      'host: host with space',
      'host: host with slash',
      'host: host with user',
      'host: host with comma',
      'host: host with brackets',
      'host: host with control character',
      'host: host above ASCII',
    ],
  },
  {
    why: 'A header that breaks the grammar is refused with its request; nginx leaves such a header out, HAProxy unfolds lines.',
    cases: [
      'header: no colon',
      'header: folded line',
      'header: name with bracket',
      'header: name above ASCII',
    ],
  },
  {
    why: 'Control characters end at the edge; the others leave it to the replica, which does not take them here.',
    cases: ['header: NUL in a value', 'header: control character in a value'],
  },
  {
    why: 'A request says its length once, in one way: equal lengths twice, or a length beside chunks, are how requests are smuggled.',
    cases: [
      'length: length twice in one',
      'length: two equal lengths',
      'chunks: chunked and a length',
      'chunks: a length and chunked',
    ],
  },
  {
    why: 'A client that breaks off its body and still listens is told so; the others close without a word, nginx because it gathers bodies first.',
    cases: ['length: body broken off', 'chunks: chunks broken off'],
  },
  {
    why: 'A chunk size is digits, and a trailer cannot speak of the length; the others are more lenient.',
    cases: ['chunks: space after the size', 'chunks: length in the trailer'],
  },
  {
    why: 'No coding but chunked is understood: 501, as nginx says, and 400 where chunked is not the last or comes twice.',
    cases: [
      'chunks: coding identity',
      'chunks: coding gzip',
      'chunks: gzip, then chunked',
      'chunks: chunked, then gzip',
      'chunks: identity, then chunked',
      'chunks: chunked twice',
      'chunks: xchunked',
      'chunks: chunked after a vertical tab',
    ],
  },
  {
    why: 'A tab is white space in front of a value like any other; nginx does not take it for that.',
    cases: ['chunks: chunked after a tab'],
  },
  {
    why: 'HTTP/1.0 knows no chunks; HAProxy reads them anyway.',
    cases: ['chunks: chunked in 1.0'],
  },
  {
    why: 'A client that will send no more may still wait for its answers; nginx takes it for gone.',
    cases: ['connection: half closed', 'connection: half closed after two'],
  },
  {
    why: 'A header that is declared to be about the connection ends at the edge, as the grammar wants it, unless it is one that a replica needs.',
    cases: ['connection: own header named as of the connection'],
  },
  {
    why: 'An expectation that cannot be met is refused; nginx does not look at it.',
    cases: ['connection: expects something else'],
  },
  {
    why: 'An upgrade that is not granted is answered, and its connection ends: what came behind it could be of either protocol. HAProxy wants a key of WebSocket.',
    cases: ['connection: upgrade that is not granted', 'connection: upgrade with another behind'],
  },
  {
    why: 'An answer breaks off where its chunks do; HAProxy had not passed on its head yet.',
    cases: ['answer: chunks with a bad size'],
  },
  {
    why: 'An answer says its length once, in one way, as a number: or the next answer could begin anywhere.',
    cases: [
      'answer: two lengths',
      'answer: two equal lengths',
      'answer: length below zero',
      'answer: length in words',
      'answer: length and chunks',
    ],
  },
  {
    why: 'The body of an answer in another coding is passed on as it came, as nginx does; HAProxy refuses it.',
    cases: ['answer: coding gzip', 'answer: coding identity'],
  },
  {
    why: 'What is no HTTP is a failed answer; nginx passes it on as the oldest HTTP, without a head.',
    cases: ['answer: garbage', 'answer: status of two digits', 'answer: status of four digits'],
  },
  {
    why: 'A header that breaks the grammar fails the answer; the others leave it out, unfold it or pass it on.',
    cases: [
      'answer: header without colon',
      'answer: folded header',
      'answer: NUL in a header',
      'answer: name above ASCII',
    ],
  },
  {
    why: 'What comes before an answer is passed on where it helps (102, 103) and left out where nobody asked for it (100); this nginx takes it for the answer.',
    cases: [
      'answer: 100 first',
      'answer: 100 first, for a body',
      'answer: 102 first',
      'answer: 103 first',
    ],
  },
  {
    why: 'Another protocol that nobody asked for is a failed answer; nginx passes it on.',
    cases: ['answer: 101 unasked'],
  },
];
