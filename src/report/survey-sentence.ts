import type { PolicySurvey } from '../inspection/survey-workloads.ts';

/**
 * What a policy finds among running workloads, for whoever applies it; undefined where nothing is at risk or marginal.
 * Under 256 characters.
 */
export function surveySentence(survey: PolicySurvey): string | undefined {
  const { matched, atRisk, marginal, examples, complete } = survey;
  if (atRisk === 0 && marginal === 0) return undefined;
  const names = examples.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).join(', ');
  const more = atRisk > examples.length ? ` and ${atRisk - examples.length} more` : '';
  const of = complete
    ? `of ${matched} running workloads that it selects`
    : `of the first ${matched} running workloads`;
  const risk = atRisk === 0 ? '' : `${atRisk} at risk (${names}${more})`;
  const margin = marginal === 0 ? '' : `${marginal} within the margin`;
  const found = [risk, margin].filter((part) => part !== '').join(', ');
  const sentence = `[pathkeeper] this policy finds ${found} ${of}; see its status`;
  return sentence.length <= 255
    ? sentence
    : `[pathkeeper] this policy finds ${atRisk} at risk ${of}; see its status`;
}
