import type { IncomingMessage } from 'node:http';

/**
 * 7 MiB: a review holds the object and the old object, each at most 3 MiB as JSON (etcd takes 1.5 MiB of protobuf,
 * which JSON about doubles), and some room for the rest.
 */
const MOST_BYTES = 7 * 1024 * 1024;

/** A request's body, or the HTTP status that refuses it. */
export type Body = { readonly text: string } | { readonly status: 400 | 408 | 413; readonly problem: string };

/** Reads a body of bounded size within a bounded time. Text that is not UTF-8 is refused, not repaired. */
export function readBody(request: IncomingMessage, timeoutMs: number): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > MOST_BYTES) return Promise.resolve(tooLarge());
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body): void => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      resolve(body);
    };
    const timer = setTimeout(
      () => finish({ status: 408, problem: `the body did not arrive within ${timeoutMs} ms` }),
      timeoutMs,
    );
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) finish(tooLarge());
      else chunks.push(chunk);
    });
    request.on('end', () => finish(decode(Buffer.concat(chunks))));
    request.on('error', () => finish({ status: 400, problem: 'the body was cut off' }));
    request.on('close', () => finish({ status: 400, problem: 'the body was cut off' }));
  });
}

function tooLarge(): Body {
  return { status: 413, problem: `the body is larger than ${MOST_BYTES} bytes` };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): Body {
  try {
    return { text: utf8.decode(bytes) };
  } catch {
    return { status: 400, problem: 'the body is not UTF-8' };
  }
}
