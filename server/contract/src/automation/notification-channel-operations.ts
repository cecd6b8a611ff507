/** Rows of the operations table about notification channels. */
import { z } from 'zod';
import { NotificationChannelId } from '../ids.ts';
import { list, oneOf } from '../operation/listing.ts';
import { change, ifRevision, look, named } from '../operation/operation-shapes.ts';
import { newName } from '../schema/new-name.ts';
import { ResourceName } from '../schema/resource.ts';
import {
  NotificationChannel,
  NotificationChannelCreate,
  NotificationChannelUpdate,
  NotificationType,
} from './notification-channel.ts';

const write = { ...change, role: 'admin' } as const;

const written = z.looseObject({ resource: NotificationChannel });

/** The rows by name. */
export const notificationChannelOperations = {
  'notification_channel.create': {
    ...write,
    idempotency: 'none',
    feature: 'notifications',
    summary: 'Creates a channel through which workflows and runbooks notify people.',
    rest: { method: 'POST', path: '/notification-channels', status: 201 },
    input: z.strictObject({
      name: newName(ResourceName).describe('Name of the channel, unique within the tenant'),
      ...NotificationChannelCreate,
    }),
    output: written,
    problems: ['name-taken', 'policy-denied', 'quota-exceeded', 'feature-disabled', 'conflict'],
  },
  'notification_channel.get': {
    ...look,
    role: 'operator',
    summary: 'Shows a notification channel, its last delivery and why that failed.',
    rest: { method: 'GET', path: '/notification-channels/{id}', status: 200 },
    input: z.strictObject({ id: NotificationChannelId }),
    output: NotificationChannel,
    problems: ['not-found'],
  },
  'notification_channel.list': {
    ...look,
    role: 'operator',
    summary: 'Lists notification channels.',
    rest: { method: 'GET', path: '/notification-channels', status: 200 },
    ...list(NotificationChannel, {
      filters: { ...named, type: oneOf(NotificationType, 'Only channels of one of these types') },
      sort: ['name', 'created_at'],
      search: ['name', 'id'],
      time: 'created_at',
    }),
    problems: [],
  },
  'notification_channel.update': {
    ...write,
    feature: 'notifications',
    summary: 'Changes the destination of a notification channel; its type cannot change.',
    rest: { method: 'PATCH', path: '/notification-channels/{id}', status: 200 },
    input: z.strictObject({
      id: NotificationChannelId,
      if_revision: ifRevision,
      ...NotificationChannelUpdate,
    }),
    output: written,
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'feature-disabled', 'conflict'],
  },
  'notification_channel.delete': {
    ...write,
    summary: 'Deletes a notification channel. Steps that still name it fail.',
    rest: { method: 'DELETE', path: '/notification-channels/{id}', status: 200 },
    input: z.strictObject({ id: NotificationChannelId, if_revision: ifRevision }),
    output: z.looseObject({}),
    problems: ['not-found', 'policy-denied', 'revision-mismatch', 'conflict'],
  },
  'notification_channel.test': {
    ...write,
    idempotency: 'none',
    feature: 'notifications',
    summary: 'Sends a test message through a notification channel, once, and waits for the result.',
    rest: { method: 'POST', path: '/notification-channels/{id}/test', status: 200 },
    input: z.strictObject({ id: NotificationChannelId }),
    output: written,
    problems: ['not-found', 'policy-denied', 'operation-failed', 'feature-disabled', 'conflict'],
  },
} as const;
