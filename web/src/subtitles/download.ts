/** Gives a text to the browser to keep as a file. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[\\/:*?"<>|]/g, '_');
  link.click();
  // The browser reads it after this: a minute is enough for a text.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
