/** `application/problem+json` (RFC 9457) as it travels. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  /** 422: what is wrong with which field. */
  errors?: Record<string, string[]> | undefined;
  /** 500: names the log line. */
  reference?: string;
}

/** An answer that is not the one hoped for: status, a code for programs, a sentence for people. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: Record<string, string[]> | undefined;
  /** Seconds after which a repeat makes sense. */
  readonly retryAfter: number | undefined;
  /** From when on the client has to read again. */
  readonly since: Date | undefined;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: {
      cause?: unknown;
      errors?: Record<string, string[]> | undefined;
      retryAfter?: number | undefined;
      since?: Date | undefined;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.retryAfter = more.retryAfter;
    this.since = more.since;
  }

  toBody(): ProblemBody {
    return {
      type: 'about:blank',
      title: titles[this.status] ?? 'Problem',
      status: this.status,
      code: this.code,
      detail: this.message,
      errors: this.errors,
    };
  }
}

export const isProblem = (error: unknown, ...codes: readonly string[]): error is Problem =>
  error instanceof Problem && codes.includes(error.code);

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
