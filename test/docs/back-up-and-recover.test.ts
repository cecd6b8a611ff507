/** Follows docs/how-to/back-up-and-recover.md against a server with a simulated fleet. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/back-up-and-recover.md', 'data-backup');
