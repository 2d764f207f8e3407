/** Milliseconds after which a browser has surely taken the file. */
const TAKEN_MS = 60_000;

/** Has the browser save a text as a file. Nothing is sent anywhere. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS);
}
