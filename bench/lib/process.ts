import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import type { Readable } from 'node:stream';

const TASKSET = existsSync('/usr/bin/taskset');

/**
 * Starts a program and waits for the line that says where it listens.
 * @param core the core it is to run on, where that can be had
 */
export async function launch(
  args: readonly string[],
  pattern: RegExp,
  { env = {}, core }: { env?: Record<string, string>; core?: number } = {},
): Promise<[ChildProcess, string]> {
  const [command, rest] =
    core !== undefined && TASKSET
      ? ['taskset', ['-c', String(core), process.execPath, ...args]]
      : [process.execPath, args];
  const child = spawn(command, rest, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk: Buffer) => {
      output += chunk;
      const found = output.match(pattern)?.[1];
      if (found === undefined) return;
      // What a server logs from then on is let pass: to search it again and again would slow the clients down.
      child.stdout.off('data', look);
      child.stdout.resume();
      resolve([child, found]);
    };
    child.stdout.on('data', look);
    child.once('exit', () => reject(new Error(`${args.join(' ')} ended: ${output}`)));
  });
}

/** Puts this process on a core, where that can be done. */
export function stayOn(core: number): void {
  setCore(process, core);
}

/** Puts a process on a core, where that can be done. */
export function setCore({ pid }: { readonly pid?: number | undefined }, core: number): void {
  if (TASKSET) spawnSync('taskset', ['-a', '-cp', String(core), String(pid)], { stdio: 'ignore' });
}

/** Bytes of heap that a process has in use, garbage collected; it must have been started with lib/heap.ts. */
export async function heapOf(child: ChildProcess): Promise<number> {
  child.kill('SIGUSR2');
  for (;;) {
    const [chunk] = (await once(child.stdout as Readable, 'data')) as [Buffer];
    const bytes = /heap (\d+)/.exec(String(chunk))?.[1];
    if (bytes !== undefined) return Number(bytes);
  }
}

/** Processor time of a process so far, in milliseconds; 0 where there is no /proc. */
export function cpuOf({ pid }: Pick<ChildProcess, 'pid'>): number {
  const fields = statOf(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}

/** Memory that a process has in use, in MiB; 0 where there is no /proc. */
export function rssOf({ pid }: Pick<ChildProcess, 'pid'>): number {
  return Number(/VmRSS:\s+(\d+)/.exec(statOf(pid, 'status'))?.[1] ?? 0) / 1024;
}

function statOf(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
