import type { ApiRequest, ApiTransport, Method, ResponseStream, StreamRequest } from './api-transport.ts';
import type { KubernetesObject } from './resource.ts';
import type { Time } from './time.ts';
import { Fault } from '../faults/fault.ts';
import { refusal } from './api-fault.ts';

/** A refusal is a Status of a few hundred bytes; of one that is not, this much is looked at. */
const MAX_REFUSAL_BYTES = 65_536;

/** JSON over the transport: every answer that is not a success becomes a Fault. */
export class ApiClient {
  readonly #transport: ApiTransport;
  readonly #time: Time;

  constructor(transport: ApiTransport, time: Time) {
    this.#transport = transport;
    this.#time = time;
  }

  get server(): string {
    return this.#transport.server;
  }

  /** Sends, and parses what comes. */
  async call(method: Method, path: string, request: ApiRequest = {}): Promise<unknown> {
    const what = `${method} ${path}`;
    const { status, headers, body } = await this.#transport.request(method, path, request);
    if (!isSuccess(status)) throw refusal(what, status, headers, body, this.#time.date().getTime());
    try {
      return JSON.parse(body.toString('utf8'));
    } catch {
      // Not the parser's own error: it quotes what it read, and that may be a Secret.
      throw new Fault('ApiAnswerMalformed', `${what}: the answer is not JSON`);
    }
  }

  /** The same, for an answer that is one object. */
  async callForObject(method: Method, path: string, request?: ApiRequest): Promise<KubernetesObject> {
    const answer = await this.call(method, path, request);
    if (!isObject(answer))
      throw new Fault('ApiAnswerMalformed', `${method} ${path}: the answer is not an object`);
    return answer;
  }

  /** Opens a GET whose answer is read as it comes. */
  async open(path: string, request: StreamRequest): Promise<ResponseStream> {
    const stream = await this.#transport.stream(path, request);
    if (isSuccess(stream.status)) return stream;
    const said = await readSome(stream);
    throw refusal(`GET ${path}`, stream.status, stream.headers, said, this.#time.date().getTime());
  }

  close(): void {
    this.#transport.close();
  }
}

/** Whether it is an object that we can file under its name: the least that we must be able to rely on. */
export function isObject(value: unknown): value is KubernetesObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const metadata: unknown = Reflect.get(value, 'metadata');
  if (typeof metadata !== 'object' || metadata === null) return false;
  const { name, namespace, resourceVersion } = metadata as Record<string, unknown>;
  return (
    typeof name === 'string' && name !== '' && isOptionalText(namespace) && isOptionalText(resourceVersion)
  );
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

async function readSome(stream: ResponseStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream.chunks) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_REFUSAL_BYTES) break;
    }
  } catch {
    // The status says enough.
  } finally {
    stream.close();
  }
  return Buffer.concat(chunks);
}
