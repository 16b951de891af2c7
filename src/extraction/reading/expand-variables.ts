/** The most characters that one value may have after expansion; the kernel itself refuses strings above 128 KiB. */
export const MOST_EXPANDED = 131_072;

/**
 * Expands `$(NAME)` as the kubelet does in env values, command and args: `$$` is a dollar sign, a reference to a
 * variable that is not there stays as it stands, an opening without its closing bracket is text, and what a
 * reference gives is not expanded again.
 * (k8s.io/kubernetes third_party/forked/golang/expansion, and the API reference of Container.args.)
 *
 * @returns the text, or undefined where it grows beyond {@link MOST_EXPANDED}.
 */
export function expandVariables(
  text: string,
  valueOf: (name: string) => string | undefined,
): string | undefined {
  if (!text.includes('$')) return text;
  const lastClosing = text.lastIndexOf(')');
  let expanded = '';
  let at = 0;
  while (expanded.length <= MOST_EXPANDED) {
    const dollar = text.indexOf('$', at);
    const isLast = dollar === -1 || dollar === text.length - 1;
    if (isLast) return bounded(expanded + text.slice(at));
    expanded += text.slice(at, dollar);
    const closing = text[dollar + 1] === '(' && dollar < lastClosing ? text.indexOf(')', dollar + 2) : -1;
    if (closing === -1) {
      // `$$` is a dollar sign; a `$` before anything else, or one whose bracket never closes, stays.
      expanded += text[dollar + 1] === '$' ? '$' : text.slice(dollar, dollar + 2);
      at = dollar + 2;
    } else {
      const name = text.slice(dollar + 2, closing);
      expanded += valueOf(name) ?? `$(${name})`;
      at = closing + 1;
    }
  }
  return undefined;
}

function bounded(text: string): string | undefined {
  return text.length > MOST_EXPANDED ? undefined : text;
}
