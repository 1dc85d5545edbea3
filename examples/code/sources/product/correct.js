const [a, b] = require('node:fs').readFileSync(0, 'utf8').trim().split('\n').map(BigInt);
console.log(String(a * b));
