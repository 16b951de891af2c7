/** What stands for the port in a device's annotation key. */
const PORT = '<port>';

/** Tells whether an object's annotation key is the one that a device's entry means, and for which port. */
export type AnnotationPattern = (key: string) => { readonly port?: number } | undefined;

/**
 * The pattern of an annotation key in a device's entry, which may hold `<port>` once; nothing where it is not a key
 * that Kubernetes accepts (prefix of at most 253 characters, name of at most 63).
 */
export function annotationPattern(template: string): AnnotationPattern | undefined {
  const [before = '', after, ...more] = template.split(PORT);
  if (more.length > 0 || !isQualifiedName(template.replace(PORT, '65535'))) return undefined;
  if (after === undefined) return (key) => (key === template ? {} : undefined);
  return (key) => {
    if (!key.startsWith(before) || !key.endsWith(after) || key.length <= before.length + after.length)
      return undefined;
    const port = key.slice(before.length, key.length - after.length);
    return /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535 ? { port: Number(port) } : undefined;
  };
}

const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a text is a qualified name (an annotation or label key) that Kubernetes accepts. */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/');
  const prefix = slash < 0 ? undefined : text.slice(0, slash);
  if (
    prefix !== undefined &&
    (prefix.length > 253 || !prefix.split('.').every((label) => PREFIX_LABEL.test(label)))
  )
    return false;
  return NAME.test(text.slice(slash + 1));
}
