/** Checks the fields of a channel against its type. */
import type {
  NotificationSetting,
  NotificationTarget,
  NotificationType,
} from '@novacron/contract/automation/notification-channel';
import { keysOf } from '@novacron/contract/closed-table';
import type { FieldProblem } from '@novacron/contract/problem/problem';

interface Fields {
  readonly needs: readonly NotificationSetting[];
  readonly may: readonly NotificationSetting[];
}

const FIELDS: Readonly<Record<NotificationType, Fields>> = {
  webhook: { needs: [], may: ['url', 'url_secret', 'token_secret'] },
  slack: { needs: ['url_secret'], may: [] },
  email: {
    needs: ['smtp_server', 'from', 'to'],
    may: ['smtp_security', 'smtp_user', 'password_secret'],
  },
  log: { needs: [], may: [] },
};

/** Finds fields that the type needs or does not have, and those that contradict each other. */
export function checkTarget(
  type: NotificationType,
  target: NotificationTarget,
): readonly FieldProblem[] {
  const given = keysOf(target).filter((name) => target[name] !== undefined);
  const { needs, may } = FIELDS[type];
  const faults = [
    ...needs
      .filter((name) => !given.includes(name))
      .map((name) => faultAt(name, `is missing: a channel of the type ${type} needs it`)),
    ...given
      .filter((name) => !needs.includes(name) && !may.includes(name))
      .map((name) => faultAt(name, `does not belong to the type ${type}: leave it out`)),
  ];
  if (faults.length > 0) return faults;
  if (type === 'webhook') return checkAddress(given);
  return type === 'email' ? checkLogin(target) : [];
}

function checkAddress(given: readonly NotificationSetting[]): readonly FieldProblem[] {
  const count = given.filter((name) => name === 'url' || name === 'url_secret').length;
  return count === 1 ? [] : [faultAt('url', 'or url_secret: a webhook has one of the two')];
}

function checkLogin(target: NotificationTarget): readonly FieldProblem[] {
  const { smtp_user: user, password_secret: password, smtp_security: security } = target;
  if ((user === undefined) !== (password === undefined)) {
    const missing = user === undefined ? 'smtp_user' : 'password_secret';
    return [faultAt(missing, 'is missing: smtp_user and password_secret go together')];
  }
  if (password === undefined || security !== 'none') return [];
  return [faultAt('smtp_security', 'is none, which would send the password in clear text')];
}

function faultAt(name: NotificationSetting, message: string): FieldProblem {
  return { path: [name], message };
}
