#!/usr/bin/env node
/*
 * Published as dist/cli.js. It is written for any Node there is. An old one says what is missing, and does not stumble
 * over the first package that is newer than itself. NEEDED is that of `engines` in package.json; a test compares them.
 */
const NEEDED = '22.19';

const needed = NEEDED.split('.').map(Number);
const present = process.versions.node.split('.').map(Number);

if (present[0] < needed[0] || (present[0] === needed[0] && present[1] < needed[1])) {
  console.error(`harper-gateway needs Node ${NEEDED} or newer; this is ${process.version}`);
  process.exitCode = 1;
} else {
  import('./cli-main.js').catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
