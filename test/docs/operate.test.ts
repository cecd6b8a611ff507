/** Follows docs/how-to/operate.md against a server. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/operate.md', 'data-operate');
