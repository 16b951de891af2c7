export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface StreamRequest {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Gives the request up, and the answer that is still coming. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take until the answer begins, in milliseconds. */
  readonly timeoutMs?: number | undefined;
}

export interface ApiRequest extends StreamRequest {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string | undefined;
  /** How long it may take until the answer is complete, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** The longest answer to take, in bytes; a longer one is a Fault (ApiAnswerTooLarge). */
  readonly maxBytes?: number | undefined;
}

/** The answer's headers, names in lower case, several values of one name joined by commas. */
export type ApiHeaders = Readonly<Record<string, string>>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: ApiHeaders;
  readonly body: Buffer;
}

/** An answer that has begun. It must be read to its end or closed. */
export interface ResponseStream {
  readonly status: number;
  readonly headers: ApiHeaders;
  /** Its bytes as they come. Rejects with a Fault when the connection breaks or the signal aborts. */
  readonly chunks: AsyncIterable<Buffer>;
  close(): void;
}

/**
 * HTTP to one Kubernetes API server, with our credentials. An answer of any status is an answer, except a
 * redirect; everything else that goes wrong is a Fault.
 */
export interface ApiTransport {
  /** Where it is, without a path, for messages. */
  readonly server: string;
  request(method: Method, path: string, request?: ApiRequest): Promise<ApiResponse>;
  /** A GET whose answer is read as it comes. */
  stream(path: string, request?: StreamRequest): Promise<ResponseStream>;
  /** Breaks off everything that is under way. */
  close(): void;
}
