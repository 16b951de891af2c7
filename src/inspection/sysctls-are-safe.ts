export { sysctlsAreSafe } from '../remediation/sysctl-fix.ts';
