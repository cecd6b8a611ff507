terraform {
  required_version = ">= 1.5"

  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

# Endpoint and key come from NOVACRON_ENDPOINT and NOVACRON_API_KEY.
provider "novacron" {}
