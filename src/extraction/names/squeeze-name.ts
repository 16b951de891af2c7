/**
 * A name without what the naming rules of the ecosystems change: case, dots, dashes, underscores, brackets and
 * quotes. Names that may mean the same are equal when squeezed; whether they do, their rule tells.
 */
export function squeezeName(name: string): string {
  return name.replace(/[._\-[\]"']/g, '').toLowerCase();
}
