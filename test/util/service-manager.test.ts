import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { start } from '../support/process.ts';

const missing = ['systemd-notify', 'python3'].filter((each) => spawnSync(each, ['--version']).error !== undefined);
if (missing.length > 0) console.log(`Type=notify is not tested: there is no ${missing.join(', and no ')}.`);

/** What systemd does: it takes datagrams at the address in NOTIFY_SOCKET. Node has no such sockets. */
const RECEIVER = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('listens', flush=True)
while True:
    print(receiver.recv(4096).decode(), flush=True)
`;

import { listen } from '../support/listen.ts';

const FREE_PORTS = { PORT: '0', SANDBOX_CONTROL_PORT: '0' };

describe.runIf(missing.length === 0)('under systemd, harper-gateway', { timeout: 180_000 }, () => {
  it('says when it serves and when it stops', async () => {
    const NOTIFY_SOCKET = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'notify');
    await using systemd = start('python3', ['-c', RECEIVER, NOTIFY_SOCKET]);
    await systemd.until(/listens/);
    await using program = start(process.execPath, ['src/cli.ts'], { ...FREE_PORTS, NOTIFY_SOCKET });
    await systemd.until(/READY=1/);
    expect(program.stdout()).toMatch(/GraphiQL +http/);
    expect(systemd.stdout()).not.toContain('STOPPING=1');
    program.child.kill('SIGTERM');
    await systemd.until(/STOPPING=1/);
    expect(await program.ended).toBe(0);
  });

  it('says nothing when it could not start', async () => {
    const NOTIFY_SOCKET = join(mkdtempSync(join(tmpdir(), 'harper-gateway-')), 'notify');
    await using systemd = start('python3', ['-c', RECEIVER, NOTIFY_SOCKET]);
    await systemd.until(/listens/);
    const taken = createServer();
    const port = await listen(taken);
    const settings = { ...FREE_PORTS, PORT: String(port), NOTIFY_SOCKET };
    await using program = start(process.execPath, ['src/cli.ts'], settings);
    expect(await program.ended).toBe(1);
    taken.close();
    expect(systemd.stdout()).not.toContain('READY=1');
  });

  it('serves, warns and stops where no process may be started', async () => {
    const NOTIFY_SOCKET = join(tmpdir(), 'nobody-listens-here');
    const flags = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--allow-net', '--allow-worker'];
    await using program = start(process.execPath, [...flags, 'src/cli.ts'], { ...FREE_PORTS, NOTIFY_SOCKET });
    await program.until(/GraphiQL +http/);
    await program.until(/systemd could not be told of this service/);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.output()).not.toContain('could not start');
  });

  it('serves, and warns, where systemd cannot be told', async () => {
    const NOTIFY_SOCKET = join(tmpdir(), 'nobody-listens-here');
    await using program = start(process.execPath, ['src/cli.ts'], { ...FREE_PORTS, NOTIFY_SOCKET });
    await program.until(/systemd could not be told of this service/);
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  });
});
