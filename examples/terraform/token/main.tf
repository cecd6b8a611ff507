# Lives for this run only: neither the plan nor the state has it.
ephemeral "novacron_token" "run" {
  role               = "operator"
  expires_in_seconds = 300
}

provider "novacron" {
  alias   = "short_lived"
  api_key = ephemeral.novacron_token.run.token
}

resource "novacron_network" "made" {
  provider = novacron.short_lived

  name = "made-with-a-token"
  cidr = "10.60.0.0/24"
}
