import { type FailureClass, isProviderError, ProviderError } from '../../contract/index.ts';
import { permissionLacking } from './permission.ts';

export type CallMode = 'read' | 'write';

/** Names of errors, of all services that are used here, by what they mean for whoever goes on. */
const BY_NAME: readonly [names: RegExp, failure: FailureClass][] = [
  [
    /^(Expired|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|UnauthorizedOperation|MissingAuthenticationToken|AuthFailure|CredentialsProviderError|TokenProviderError)/,
    'denied',
  ],
  [/Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/, 'throttled'],
  [
    /^(PriorityInUse|ResourceInUse|ResourceConflict|ConditionalRequestConflict|ConflictException)/,
    'conflict',
  ],
];

/** The connection was never made, so nothing was sent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** What an error of the SDK means for whoever called: may it be sent again, did it take effect? */
function awsFailureOf(error: unknown, mode: CallMode): FailureClass {
  const { name = '', code = '', $metadata: { httpStatusCode: status } = {} } = error as SdkError;
  const named = BY_NAME.find(([names]) => names.test(name))?.[1];
  if (named) return named;
  if (NEVER_SENT.has(code)) return 'transient';
  const answered = status !== undefined && status < 500 && status >= 400;
  if (answered) return status === 429 ? 'throttled' : 'permanent';
  return mode === 'read' ? 'transient' : 'unknown';
}

/** In the words of AWS, but for a permission that is missing; with the id that its support asks for. */
export function providerError(error: unknown, mode: CallMode): ProviderError {
  if (isProviderError(error)) return error;
  const { name = 'Error', message = '', code, $metadata } = error as SdkError;
  const label = name === 'Error' && code ? code : name.replace(/Exception$/, '');
  const id = $metadata?.requestId ? ` (request ${$metadata.requestId})` : '';
  const failure = awsFailureOf(error, mode);
  const said = permissionLacking(message) ?? message;
  return new ProviderError(failure, `AWS answers ${label}: ${said}${id}`, { cause: error });
}
