/**
 * How a served provider ends. `dismissed`: Terraform has had all answers and sends it away.
 * `cut-off`: by a signal or a test; whether the last answers have arrived is not known.
 */
export type Ending = 'dismissed' | 'cut-off';
