"""Parts of the composition root: each wires the adapters of one area into its services. Only `api.main` imports them."""
