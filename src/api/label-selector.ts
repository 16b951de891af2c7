import { z } from 'zod';

import { formed } from './field-schemas.ts';
import { withRules } from './rule.ts';

const labelValue = formed('A label value; may be empty.', {
  id: 'label-value',
  pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$',
  maxLength: 63,
  message:
    "must be empty or consist of letters, digits, '-', '_' and '.', and start and end with a letter or digit",
});

const expression = withRules(
  z.strictObject({
    key: formed('Label key, with its prefix if it has one.', {
      id: 'label-key',
      pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
      maxLength: 317,
      message: "must be a label key such as 'app' or 'app.kubernetes.io/name'",
    }),
    operator: z
      .enum(['In', 'NotIn', 'Exists', 'DoesNotExist'])
      .describe('How the label of that key is held against `values`.'),
    values: z
      .array(labelValue)
      .max(32)
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .exactOptional()
      .describe('Values for In and NotIn; must be left out for Exists and DoesNotExist.'),
  }),
  {
    id: 'selector-values',
    message:
      "`values` must have at least one value for operator 'In' or 'NotIn', and must be left out for 'Exists' or 'DoesNotExist'",
    cel: "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
    check: ({ operator, values = [] }) => (operator === 'In' || operator === 'NotIn') === values.length > 0,
  },
);

/** Kubernetes' own label selector, with bounds. */
export const labelSelectorSchema = z
  .strictObject({
    matchLabels: withRules(z.record(z.string(), labelValue), {
      id: 'label-count',
      message: 'must have at most 32 labels',
      keywords: { maxProperties: 32 },
      check: (labels) => Object.keys(labels).length <= 32,
    })
      .exactOptional()
      .describe('Labels that must all be there with exactly this value.'),
    matchExpressions: z
      .array(expression.describe('A condition on one label.'))
      .max(32)
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .exactOptional()
      .describe('Conditions that must all hold.'),
  })
  .meta({ 'x-kubernetes-map-type': 'atomic' });

/** Selects objects by their labels; the empty selector selects all. */
export type LabelSelector = z.infer<typeof labelSelectorSchema>;

type Labels = Readonly<Record<string, string>>;

/** Whether labels satisfy a selector, by the rules of Kubernetes: NotIn and DoesNotExist also hold where the label is absent. */
export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  const exact = Object.entries(selector.matchLabels ?? {});
  if (!exact.every(([key, value]) => labelOf(labels, key) === value)) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) =>
    OPERATORS[operator](values, labelOf(labels, key)),
  );
}

function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

const OPERATORS = {
  In: (values, value) => value !== undefined && values.includes(value),
  NotIn: (values, value) => value === undefined || !values.includes(value),
  Exists: (_values, value) => value !== undefined,
  DoesNotExist: (_values, value) => value === undefined,
} as const satisfies Record<string, (values: readonly string[], value: string | undefined) => boolean>;

/** Whether a selector selects everything. */
export function selectsAll(selector: LabelSelector): boolean {
  return (
    Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  );
}
