"""The parts of `gate demo`: the stage that all scenes share, the scenes in their order, and how they are told."""
