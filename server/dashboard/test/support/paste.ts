/** Text in an editor, as a person puts it there. */
import type { Locator } from '@playwright/test';

/** Replaces the text of an editor, as a person who pastes does. */
export async function paste(editor: Locator, text: string): Promise<void> {
  await editor.press('ControlOrMeta+a');
  await editor.evaluate((element, data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', data);
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    );
  }, text);
}
