import process from 'node:process';

/* Loaded before a server: tells its heap, in bytes and without garbage, whenever SIGUSR2 asks. Needs --expose-gc. */

process.on('SIGUSR2', () => {
  (globalThis as { gc?: () => void }).gc?.();
  (globalThis as { gc?: () => void }).gc?.();
  process.stdout.write(`heap ${process.memoryUsage().heapUsed}\n`);
});
