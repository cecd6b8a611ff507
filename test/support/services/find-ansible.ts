/** The program that runs playbooks, for suites in which runners run them. */
import { findProgram } from './find-program.ts';

/** Throws where it is not on the PATH. */
export function findAnsible(): void {
  findProgram({ name: 'ansible-playbook', install: 'Ansible (Debian: ansible-core)' });
}
