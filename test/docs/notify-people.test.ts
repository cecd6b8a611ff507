/** Follows docs/how-to/notify-people.md against a server. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(240_000);

followPage('docs/how-to/notify-people.md', 'data-notify');
