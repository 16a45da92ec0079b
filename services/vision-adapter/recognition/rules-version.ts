/**
 * Which rules and tables weighed what Vision saw: a hash of this folder's code, written by
 * `npm run codegen`. Comments and layout do not change it.
 */
export const rulesVersion = '089534d320b2';
