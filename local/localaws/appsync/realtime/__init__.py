"""The real-time protocol: sockets, subscriptions, filters, and delivery of what mutations publish."""
