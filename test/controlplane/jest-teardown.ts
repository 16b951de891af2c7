// Jest runs this once, in its own process, after the last suite of the project `cluster`.
export { stopShared as default } from './jest-setup.ts';
