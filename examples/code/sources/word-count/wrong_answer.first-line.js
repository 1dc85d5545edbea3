const [line] = require('node:fs').readFileSync(0, 'utf8').split('\n');
console.log(line.split(' ').length);
