import express, { type Express, type Request, type Response } from 'express';
import { deadlineMs } from './deadline.ts';
import { parseReview, type ReviewRequest } from './parse-review.ts';
import { readBody } from './read-body.ts';
import { envelope, errored, type AdmissionResponse } from './response.ts';

/** Judges one review. Whatever it throws becomes a 500 inside the review, under its uid. */
export type ReviewHandler = (request: ReviewRequest, deadline: AbortSignal) => Promise<AdmissionResponse>;

/** What the app tells about each review: for metrics and logs. */
export interface ReviewObserver<Path extends string = string> {
  reviewed(path: Path, request: ReviewRequest, response: AdmissionResponse, seconds: number): void;
  refused(path: Path, status: number, problem: string): void;
  failed(path: Path, request: ReviewRequest, error: unknown): void;
}

/** Parts of the app: a handler for each path, and who is told. */
export interface AdmissionAppParts<Path extends string = string> {
  readonly handlers: Readonly<Record<Path, ReviewHandler>>;
  readonly observer: ReviewObserver<Path>;
  /** Reviews that may be in work at once; more get a 429, which the API server treats by its failure policy. */
  readonly mostAtOnce: number;
}

/** The webhook without its socket: routes, bounds and the way from body to review to answer. */
export function createAdmissionApp<Path extends string>(parts: AdmissionAppParts<Path>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  const load = { inWork: 0 };
  for (const path of Object.keys(parts.handlers) as Path[]) {
    const handler = parts.handlers[path];
    app.post(path, (request, response) => answer(request, response, path, handler, parts, load));
  }
  app.use((_request: Request, response: Response) => {
    response.status(404).type('text').send('no such path\n');
  });
  return app;
}

async function answer<Path extends string>(
  request: Request,
  response: Response,
  path: Path,
  handler: ReviewHandler,
  parts: AdmissionAppParts<Path>,
  load: { inWork: number },
): Promise<void> {
  const refuse = (status: number, problem: string): void => {
    parts.observer.refused(path, status, problem);
    refuseRequest(response, status, problem);
  };
  if (!isJson(request.headers['content-type']))
    return refuse(415, 'the content type must be application/json');
  if (load.inWork >= parts.mostAtOnce) return refuse(429, 'too many reviews at once');
  load.inWork++;
  const abort = new AbortController();
  const budget = deadlineMs(request.query['timeout']);
  const timer = setTimeout(() => abort.abort(), budget);
  try {
    const body = await readBody(request, budget);
    if ('problem' in body) return refuse(body.status, body.problem);
    const review = parseReview(body.text);
    if ('problem' in review) return refuse(400, review.problem);
    const answered = await judge(review, path, handler, parts, abort.signal);
    send(response, JSON.stringify(envelope(review.uid, answered)));
  } finally {
    clearTimeout(timer);
    load.inWork--;
  }
}

async function judge<Path extends string>(
  review: ReviewRequest,
  path: Path,
  handler: ReviewHandler,
  parts: AdmissionAppParts<Path>,
  signal: AbortSignal,
): Promise<AdmissionResponse> {
  const started = performance.now();
  let response: AdmissionResponse;
  try {
    response = await handler(review, signal);
  } catch (error) {
    parts.observer.failed(path, review, error);
    response = errored(500, 'pathkeeper failed to judge this request; its log says why');
  }
  parts.observer.reviewed(path, review, response, (performance.now() - started) / 1000);
  return response;
}

/** The client may still be sending: the connection is closed with the answer, so that nobody waits for the rest. */
function refuseRequest(response: Response, status: number, problem: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(problem) + 1,
    connection: 'close',
  });
  response.end(`${problem}\n`);
}

function send(response: Response, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}
