import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** A started program, what it printed, and how it ended. */
export interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Everything on standard output and standard error so far. */
  readonly output: () => string;
  readonly stdout: () => string;
  /** Settles when the output matches; rejects when the program ends before. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
  /** How many faults it has logged that nothing had handled, since the last look; those left make the test fail. */
  takeFaults(): number;
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** The line that src/observability/faults.ts logs. */
const FAULT = /"msg":"A fault that nothing has handled"/g;

/** Starts a program with a clean environment; it is killed when the test is over. */
export function start(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd = process.cwd(),
): Program {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts itself can be ended with it.
    detached: true,
  });
  let stdout = '';
  let output = '';
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    output += chunk;
    look();
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
    look();
  });
  let takenFaults = 0;
  const takeFaults = () => {
    const before = takenFaults;
    takenFaults = output.match(FAULT)?.length ?? 0;
    return takenFaults - before;
  };
  let over = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => {
      over = true;
      resolve(code ?? signal);
      look();
    });
  });
  return {
    child,
    ended,
    output: () => output,
    stdout: () => stdout,
    takeFaults,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const match = output.match(pattern);
          if (match) resolve(match);
          else if (over) reject(new Error(`ended without ${pattern}:\n${output}`));
          else return;
          watchers.delete(watcher);
        };
        watchers.add(watcher);
        watcher();
      }),
    async [Symbol.asyncDispose]() {
      if (!over && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
      if (takeFaults() > 0) throw new Error(`The program has met a fault that nothing had handled:\n${output}`);
    },
  };
}
