"""SNS deliveries to functions, as SNS makes them; topics and subscriptions are moto's."""

from localaws.sns.delivery import Deliveries, install

__all__ = ["Deliveries", "install"]
