export { parseAudit } from './parse.ts';
export { auditCommand, auditFile, auditRequest, constantName, randomWord } from './source.ts';
