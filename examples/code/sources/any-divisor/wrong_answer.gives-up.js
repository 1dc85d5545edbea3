const n = Number(require('node:fs').readFileSync(0, 'utf8'));
const found = [2, 3, 5].find((i) => n % i === 0 && n !== i);
console.log(found ?? 0);
