/** Written by users: waivers, as YAML. On the workload, its template or its pod. */
export const WAIVERS_ANNOTATION = 'pathkeeper.dev/waivers';
/** Written by users: connections that no manifest shows, as YAML. */
export const CONNECTIONS_ANNOTATION = 'pathkeeper.dev/connections';
/** Written at admission: the worst verdict. */
export const VERDICT_ANNOTATION = 'pathkeeper.dev/verdict';
/** Written at admission: codes with policy and hop, at most 1 KiB. */
export const FINDINGS_ANNOTATION = 'pathkeeper.dev/findings';
/** Written at admission: the version that judged. */
export const CHECKED_BY_ANNOTATION = 'pathkeeper.dev/checked-by';
