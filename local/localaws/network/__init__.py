"""The way a call takes through a VPC, walked hop by hop; `model` and `walk` are pure, `stored` reads EC2's state."""
