/** Links from a VM to its console, its measurements and the explanation of its placement. */
import { Link } from '@tanstack/react-router';
import type { Item } from '../../api/queries.ts';
import button from '../../ui/button.module.css';
import layout from '../../ui/layout.module.css';

/** Renders the links. */
export function VmLinks({ item: vm }: { readonly item: Item }) {
  const id = String(vm.id);
  return (
    <nav aria-label="More of this VM">
      <p className={layout.actions}>
        <Link to="/vms/$id/console" params={{ id }} className={button.button}>
          Console
        </Link>
        <Link to="/metrics" search={{ kind: 'vm', shown: id }} className={button.button}>
          Metrics
        </Link>
        <Link
          to="/placement-decisions"
          search={{ range: '30d', search: String(vm.name) }}
          className={button.button}
        >
          Why it is on its node
        </Link>
        <Link to="/reachability" search={{ to_vm_id: id }} className={button.button}>
          Who reaches it
        </Link>
      </p>
    </nav>
  );
}
