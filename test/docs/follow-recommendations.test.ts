/** Follows docs/how-to/follow-recommendations.md against a server with a simulated fleet. */
import { jest } from '@jest/globals';
import { followPage } from './follow-page.ts';

jest.setTimeout(120_000);

followPage('docs/how-to/follow-recommendations.md', 'data-optimizer');
