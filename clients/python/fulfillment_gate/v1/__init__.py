"""Generated from protos/fulfillment_gate/v1 by scripts/generate. Do not edit."""
