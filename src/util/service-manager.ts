import { execFile } from 'node:child_process';

/** What systemd is told of a service with `Type=notify`. */
export type ServiceState = 'READY' | 'STOPPING';

/**
 * Tells systemd, by its own program systemd-notify. Node has no Unix datagram sockets, and the libraries that do
 * it need a compiler where they are installed. The unit has to have `NotifyAccess=all` for that.
 * @param onFault called where systemd cannot be told
 */
export function tellServiceManager(state: ServiceState, onFault: (error: Error) => void): void {
  try {
    execFile('systemd-notify', [`${state}=1`], (error) => {
      if (error !== null) onFault(error);
    });
  } catch (error) {
    // Where no process may be started, or there is no memory for one.
    onFault(error as Error);
  }
}
