const MOST_DEPTH = 6;
const LONGEST = 65_536;

/**
 * Fills in `${name}` and `${name:default}` (and `${name:-default}`) as Spring, MicroProfile Config and Micronaut do
 * in configuration values, and shells in templates. Names and defaults may hold placeholders themselves.
 *
 * @param valueOf what a name stands for, or undefined.
 * @param unseen what stands in the place of a name that nothing shows.
 */
export function resolvePlaceholders(
  text: string,
  valueOf: (name: string) => string | undefined,
  unseen: (name: string) => string,
  depth = 0,
): string {
  if (text.length > LONGEST) return text;
  if (text.includes('<%')) return resolvePlaceholders(fromRuby(text), valueOf, unseen, depth + 1);
  if (!text.includes('${')) return text;
  let resolved = '';
  let at = 0;
  for (let start = text.indexOf('${'); start !== -1; start = text.indexOf('${', at)) {
    const end = depth < MOST_DEPTH ? closingOf(text, start + 2) : -1;
    if (end === -1) break;
    resolved += text.slice(at, start) + resolveOne(text.slice(start + 2, end), valueOf, unseen, depth);
    at = end + 1;
    if (resolved.length > LONGEST) return unseen('a value that grows too long');
  }
  return resolved + text.slice(at);
}

function resolveOne(
  inner: string,
  valueOf: (name: string) => string | undefined,
  unseen: (name: string) => string,
  depth: number,
): string {
  const colon = inner.indexOf(':');
  const name = (colon === -1 ? inner : inner.slice(0, colon)).trim();
  const value = valueOf(name);
  if (value !== undefined) return resolvePlaceholders(value, valueOf, unseen, depth + 1);
  if (colon === -1 || /^env$/i.test(name)) return unseen(inner.slice(0, 80));
  const otherwise = inner.slice(colon + 1);
  const text = otherwise.startsWith('-') ? otherwise.slice(1) : otherwise;
  return resolvePlaceholders(text, valueOf, unseen, depth + 1);
}

/** The bracket that closes the one before `from`; looks at most {@link LONGEST} characters ahead. */
function closingOf(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '}') open -= 1;
    else if (text[at] === '{' && text[at - 1] === '$') open += 1;
    if (open === 0) return at;
  }
  return -1;
}

/**
 * `<%= ENV["X"] %>`, `<%= ENV.fetch("X") { 5 } %>` and `<%= ENV.fetch("X", 5) %>` of Rails files as placeholders;
 * any other piece of Ruby becomes one that nothing gives.
 */
function fromRuby(text: string): string {
  return text
    .split('<%')
    .map((piece, index) => {
      const end = index === 0 ? -1 : piece.indexOf('%>');
      if (end === -1) return piece;
      return `${rubyPlaceholder(piece.slice(0, end))}${piece.slice(end + 2)}`;
    })
    .join('');
}

function rubyPlaceholder(code: string): string {
  const parts =
    /^=\s{0,9}ENV(?:\.fetch\(|\[)["']([A-Za-z_]\w{0,99})["'](?:\)|\]|,\s{0,9}["']?([^"')]{0,200})["']?\))\s{0,9}(?:\{\s{0,9}["']?([^"'}]{0,200}?)["']?\s{0,9}\}|\|\|\s{0,9}["']?([^"']{0,200}?)["']?)?\s{0,9}$/.exec(
      code,
    );
  if (parts === null) return '${an expression in Ruby}';
  const otherwise = parts[2] ?? parts[3] ?? parts[4];
  return `\${${parts[1] ?? ''}${otherwise === undefined ? '' : `:${otherwise.trim()}`}}`;
}
